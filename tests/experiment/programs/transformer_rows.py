import keras
from keras import layers, ops

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train / 255.0
x_test = x_test / 255.0

embed_dim, num_heads, ff_dim = 28, 2, 32

inputs = layers.Input(shape=(28, 28))
attention = layers.MultiHeadAttention(num_heads=num_heads, key_dim=embed_dim)(inputs, inputs)
x = layers.LayerNormalization(epsilon=1e-6)(layers.Add()([inputs, layers.Dropout(0.1)(attention)]))
ffn = layers.Dense(ff_dim, activation="relu")(x)
ffn = layers.Dense(embed_dim)(ffn)
x = layers.LayerNormalization(epsilon=1e-6)(layers.add([x, ffn]))
x = layers.GlobalAveragePooling1D()(x)
outputs = layers.Dense(10, activation="softmax")(x)
model = keras.Model(inputs=inputs, outputs=outputs)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, batch_size=32, epochs=2, validation_data=(x_test, y_test))
