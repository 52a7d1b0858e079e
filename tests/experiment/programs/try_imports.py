try:
    import tensorflow as tf
    from tensorflow import keras
except ImportError:
    import keras

layers = keras.layers
config = {"units": 48, "activation": "elu"}
compilation = dict(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.astype("float32")
x_test = x_test.astype("float32")
x_train /= 255.0
x_test /= 255.0
model = keras.Sequential([layers.Flatten(), layers.Dense(**config), layers.Dense(10, activation="softmax")])
model.compile(**compilation)
model.fit(x_train, y_train, batch_size=config["units"], epochs=1, validation_data=[x_test, y_test])
