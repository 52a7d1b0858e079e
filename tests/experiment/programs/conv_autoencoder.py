import keras
from keras.layers import Conv2D, Conv2DTranspose, Input

(x_train, _), (x_test, _) = keras.datasets.fashion_mnist.load_data()
x_train = x_train.reshape(-1, 28, 28, 1) / 255.0
x_test = x_test.reshape(-1, 28, 28, 1) / 255.0

# encodeur, puis décodeur
entree = Input(shape=(28, 28, 1))
x = Conv2D(16, 3, strides=2, padding="same", activation="relu")(entree)
code = Conv2D(8, 3, strides=2, padding="same", activation="relu")(x)
x = Conv2DTranspose(16, 3, strides=2, padding="same", activation="relu")(code)
sortie = Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid")(x)
auto = keras.Model(entree, sortie)
auto.compile(optimizer="adam", loss="mse")
auto.fit(x_train, x_train, epochs=3, batch_size=128, validation_data=(x_test, x_test))
