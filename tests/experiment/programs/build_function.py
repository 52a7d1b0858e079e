import keras

def build_model(n_hidden=1, n_neurons=30, learning_rate=3e-3):
    """Construit et compile un perceptron multicouche."""
    model = keras.Sequential()
    model.add(keras.layers.Flatten())
    for layer in range(n_hidden):
        model.add(keras.layers.Dense(n_neurons, activation="relu"))
    model.add(keras.layers.Dense(10, activation="softmax"))
    optimizer = keras.optimizers.SGD(learning_rate=learning_rate, momentum=0.9, nesterov=True)
    model.compile(loss="sparse_categorical_crossentropy", optimizer=optimizer, metrics=["accuracy"])
    return model

def plot(history):
    import matplotlib.pyplot as plt
    plt.plot(history.history["loss"])
    plt.show()

def main():
    keras.utils.set_random_seed(42)
    (x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
    x_train = x_train / 255.0
    x_test = x_test / 255.0
    model = build_model(n_hidden=2, n_neurons=50)
    history = model.fit(x_train, y_train, epochs=4, validation_data=(x_test, y_test))
    plot(history)

if __name__ == "__main__":
    main()
