import keras as K
from keras.layers import Dense, Flatten

hidden_units = [64, 32, 16]
couches = [Flatten()]
couches += [Dense(n, activation="tanh") for n in hidden_units]
couches.append(Dense(10, activation="softmax"))

(x, y), (xt, yt) = K.datasets.fashion_mnist.load_data()
x, xt = x / 255, xt / 255
net = K.Sequential(couches, name="net")
net.compile(optimizer=K.optimizers.get if False else "adamax", loss=K.losses.sparse_categorical_crossentropy, metrics=("accuracy",))
net.fit(x=x, y=y, validation_data=(xt, yt), epochs=2)
