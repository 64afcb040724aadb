// Starts the page.

import { render } from "preact";
import { App } from "./app";
import { applyPreferences } from "./state";
import "./style.css";

applyPreferences();
render(<App />, document.getElementById("page")!);
