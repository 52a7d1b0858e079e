import keras
from keras.layers import Concatenate, Conv2D, Dense, GlobalAveragePooling2D, Input, MaxPooling2D

(x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0

def inception(x, filters):
    a = Conv2D(filters, 1, padding="same", activation="relu")(x)
    b = Conv2D(filters, 3, padding="same", activation="relu")(x)
    c = MaxPooling2D(3, strides=1, padding="same")(x)
    return Concatenate()([a, b, c])

inp = Input((32, 32, 3), name="image")
x = inp
for filters in (8, 16):
    x = inception(x, filters)
x = GlobalAveragePooling2D()(x)
model = keras.Model(inp, Dense(10, activation="softmax", name="classe")(x))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=1, validation_data=(x_test, y_test))
