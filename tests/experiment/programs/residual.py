from keras import Input, Model, datasets
from keras.layers import Add, Conv2D, Dense, GlobalAveragePooling2D, MaxPooling2D, Activation, BatchNormalization

(x_train, y_train), (x_test, y_test) = datasets.cifar10.load_data()
x_train = x_train.astype("float32") / 255.0
x_test = x_test.astype("float32") / 255.0

inputs = Input(shape=(32, 32, 3))
x = Conv2D(32, 3, activation="relu")(inputs)
x = MaxPooling2D(3)(x)
residual = x
x = Conv2D(32, 3, padding="same")(x)
x = BatchNormalization()(x)
x = Activation("relu")(x)
x = Add()([x, residual])
x = GlobalAveragePooling2D()(x)
outputs = Dense(10, activation="softmax")(x)
model = Model(inputs, outputs)
model.compile(optimizer="rmsprop", loss="sparse_categorical_crossentropy", metrics=["acc"])
model.fit(x_train, y_train, batch_size=64, epochs=1, validation_split=0.2)
