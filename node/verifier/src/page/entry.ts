// Where the script begins: as the page, or as the worker that examines for it.
import { OWN_SCRIPT } from "./own.ts";
import { serve } from "./worker.ts";

if (OWN_SCRIPT === "" && typeof document === "undefined") serve();
else void import("./main.ts");
