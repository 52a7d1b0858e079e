import keras

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train = x_train / 255.0
x_test = x_test / 255.0
image = keras.Input((28, 28))
flat = keras.layers.Flatten()(image)
left = keras.layers.Dense(32, activation="relu")(flat)
right = keras.layers.Dense(32, activation="tanh")(flat)
both = keras.layers.multiply([left, right])
gate = keras.layers.Dense(32, activation="sigmoid")(both)
mixed = keras.layers.Average()([left, right, gate])
model = keras.Model(image, keras.layers.Dense(10, activation="softmax")(mixed))
model.compile(optimizer=keras.optimizers.Lion(learning_rate=1e-4, weight_decay=0.01), loss="sparse_categorical_crossentropy",
              metrics=[keras.metrics.SparseTopKCategoricalAccuracy(k=3), "accuracy"])
model.fit(x_train, y_train, epochs=1, validation_data=(x_test, y_test), callbacks=keras.callbacks.EarlyStopping(patience=1))
