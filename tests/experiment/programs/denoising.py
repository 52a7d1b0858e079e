import keras
import numpy as np

keras.utils.set_random_seed(7)
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = x_train.reshape((-1, 784)) / 255.0, x_test.reshape((-1, 784)) / 255.0
random = np.random.RandomState(7)
x_train_noisy = x_train + 0.3 * random.normal(size=x_train.shape)
x_test_noisy = x_test + 0.3 * random.normal(size=x_test.shape)
model = keras.Sequential([keras.layers.Dense(64, activation="relu"), keras.layers.Dense(784, activation="sigmoid")])
model.compile(optimizer="adam", loss="binary_crossentropy")
model.fit(x_train_noisy, x_train, epochs=2, batch_size=256, validation_data=(x_test_noisy, x_test))
