import keras
from keras import layers, models

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.reshape((60000, 28 * 28)).astype("float32") / 255
x_test = x_test.reshape((10000, 28 * 28)).astype("float32") / 255

network = models.Sequential()
network.add(layers.Dense(512, activation="relu", input_dim=28 * 28))
network.add(layers.Dense(10, activation="softmax"))
network.compile(optimizer="rmsprop", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
poids = {i: 1.0 for i in range(10)}
network.fit(x_train, y_train, epochs=5, batch_size=128, class_weight={0: 1.0, 1: 2.5, 2: 1.0, 3: 1.0, 4: 1.0, 5: 1.0, 6: 1.0, 7: 1.0, 8: 1.0, 9: 0.5})
