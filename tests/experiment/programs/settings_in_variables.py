"""Réglages en haut du fichier."""
import keras
from keras.layers import Dense, Dropout, Flatten, Input

NB_CLASSES = 10
TAILLE = 28
NEURONES = 2 ** 7
TAUX = 1e-3
EPOQUES, LOT = 3, 4 * 16
NOM = f"couche_{NEURONES}"

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train = x_train.astype("float32") / 255
x_test = x_test.astype("float32") / 255

modele = keras.Sequential()
modele.add(Input((TAILLE, TAILLE)))
modele.add(Flatten())
modele.add(Dense(NEURONES, activation="relu", name=NOM))
modele.add(Dropout(0.5 / 2))
modele.add(Dense(NB_CLASSES, activation="softmax"))
optimiseur = keras.optimizers.Adam(learning_rate=TAUX * 10)
modele.compile(optimizer=optimiseur, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
historique = modele.fit(x_train, y_train, epochs=EPOQUES, batch_size=LOT, validation_data=(x_test, y_test), verbose=2)
print(f"{historique.history['accuracy'][-1]:.3f}")
