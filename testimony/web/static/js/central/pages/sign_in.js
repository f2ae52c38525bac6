/** The sign-in page: the button for a security key. Password and code are a form and need no script. */

import { arm } from "./key_button.js";

arm((options) => navigator.credentials.get(options));
