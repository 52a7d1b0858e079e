import tensorflow.keras as tfk
import pandas as pd

tfkl = tfk.layers
(x_train, y_train), (x_test, y_test) = tfk.datasets.california_housing.load_data()
norm = tfkl.BatchNormalization()
model = tfk.Sequential([norm, tfkl.Dense(64, activation="relu"), tfkl.Dense(64, activation="relu"), tfkl.Dense(1)])
model.compile(loss=tfk.losses.MeanSquaredError(), optimizer=tfk.optimizers.RMSprop(0.001), metrics=["mae", "mse"])
pd.DataFrame(model.fit(x_train, y_train, epochs=10, verbose=0, validation_split=0.2).history).plot(figsize=(8, 5))
