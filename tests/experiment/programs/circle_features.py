import os

os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np
import vitrail

data = vitrail.load_dataset("circle", points=100)

x1, x2 = data.x_train[:, 0], data.x_train[:, 1]
print(x1.mean(), x2.max() - x2.min())
x_train = np.stack([x1, x1 * x1, x2 * x1, np.sin(x2)], axis=1)
x1, x2 = data.x_test[:, 0], data.x_test[:, 1]
x_test = np.stack([x1, x1**2, x1 * x2, np.sin(x2)], axis=1)

model = keras.Sequential([keras.layers.Dense(3, activation="tanh"), keras.layers.Dense(1, activation="sigmoid")])
model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
model.fit(x_train, data.y_train, epochs=3, batch_size=10, validation_data=(x_test, data.y_test))
