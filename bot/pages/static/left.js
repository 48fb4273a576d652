// At the sign-in page: whoever has signed out leaves nothing of what they wrote in this tab.
import { forget, owner } from "./kept.js";

if (!owner()) forget();
