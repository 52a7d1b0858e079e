import numpy as np
import keras

(X, t), (X_valid, t_valid) = keras.datasets.fashion_mnist.load_data()
X = X[..., np.newaxis] / 255.0
X_valid = X_valid[:, :, :, None] / 255.0
cnn = keras.Sequential([
    keras.layers.Conv2D(filters=8, kernel_size=3, strides=2, activation="relu"),
    keras.layers.SpatialDropout2D(.1),
    keras.layers.GlobalMaxPooling2D(),
    keras.layers.Dense(units=10, activation="softmax", use_bias=False),
])
cnn.compile(loss="sparse_categorical_crossentropy", optimizer="adamw", metrics="accuracy" and ["accuracy"])
cnn.fit(X, t, validation_data=(X_valid, t_valid), epochs=1 + 1)
