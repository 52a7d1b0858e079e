# La spirale du bac à sable, avec la boucle rapide de Vitrail
import keras
from vitrail import fit, load_dataset, trace

spirale = load_dataset("spiral", points=200, noise=0.1)
x_train, y_train = spirale.x_train, spirale.y_train
reseau = keras.Sequential()
for taille in (8, 8):
    reseau.add(keras.layers.Dense(taille, activation="tanh"))
reseau.add(keras.layers.Dense(1, activation="sigmoid"))
reseau.compile(optimizer=keras.optimizers.Adam(learning_rate=3e-2), loss="binary_crossentropy", metrics=["accuracy"])
run = fit(reseau, x_train, y_train, epochs=20, batch_size=10, validation_data=(spirale.x_test, spirale.y_test))
print(run.history["loss"][-1])
