import english from "@catalogue/en.json";
import french from "@catalogue/fr.json";
import { teach } from "./speech.ts";

// Both at once: for what is one file in itself, such as a widget.
teach("en", english);
teach("fr", french);
