# Réseau "wide & deep" sur les logements de Californie
import keras
from keras.datasets import california_housing

(X_train, y_train), (X_test, y_test) = california_housing.load_data()
entree = keras.layers.Input(shape=(8,))
cachee1 = keras.layers.Dense(30, activation="relu")(entree)
cachee2 = keras.layers.Dense(30, activation="relu")(cachee1)
concat = keras.layers.concatenate([entree, cachee2])
sortie = keras.layers.Dense(1)(concat)
modele = keras.models.Model(inputs=[entree], outputs=[sortie])
modele.compile(loss="mean_squared_error", optimizer=keras.optimizers.SGD(learning_rate=1e-3, clipnorm=1.0), metrics=["mae"])
modele.fit(X_train, y_train, epochs=20, validation_data=(X_test, y_test))
