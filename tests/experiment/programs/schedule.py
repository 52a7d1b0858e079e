import keras

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train = x_train / 255.0

lr_schedule = keras.optimizers.schedules.ExponentialDecay(initial_learning_rate=1e-2, decay_steps=10000, decay_rate=0.9)
model = keras.Sequential([
    keras.layers.Flatten(),
    keras.layers.Dense(64, kernel_initializer=keras.initializers.HeUniform(seed=3), bias_initializer="ones"),
    keras.layers.LeakyReLU(negative_slope=0.1),
    keras.layers.Dense(10, activation=keras.activations.softmax, kernel_constraint=keras.constraints.MaxNorm(3)),
])
model.compile(optimizer=keras.optimizers.SGD(learning_rate=lr_schedule), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=2, validation_split=0.25)
