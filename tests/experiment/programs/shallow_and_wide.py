import time
import keras

# combien de temps avec 1024 neurones ?
N = 1024
(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train = x_train.astype(float) / 255.0
x_test = x_test.astype(float) / 255.0
model = keras.Sequential(layers=[keras.layers.Flatten(), keras.layers.Dense(N, "relu"), keras.layers.Dense(10, "softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
debut = time.time()
model.fit(x_train, y_train, epochs=5)
print(f"durée : {time.time() - debut:.1f} s")
if N > 512:
    print("large")
loss, acc = model.evaluate(x_test, y_test)
if acc > 0.85:
    print("bien !")
else:
    print("peut mieux faire")
