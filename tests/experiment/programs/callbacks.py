import keras
from keras.callbacks import EarlyStopping, ModelCheckpoint, ReduceLROnPlateau

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
x_train, x_test = x_train / 255.0, x_test / 255.0

arret = EarlyStopping(monitor="val_loss", patience=3, min_delta=0.001, restore_best_weights=True)
plateau = ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=2, min_lr=1e-5)

model = keras.Sequential([
    keras.layers.Flatten(),
    keras.layers.Dense(512, activation="relu", kernel_regularizer=keras.regularizers.l2(1e-4)),
    keras.layers.Dropout(0.3),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(
    x_train, y_train, epochs=50, validation_data=(x_test, y_test),
    callbacks=[arret, plateau, ModelCheckpoint("meilleur.keras", save_best_only=True), keras.callbacks.TerminateOnNaN()],
)
print(history.history.keys())
