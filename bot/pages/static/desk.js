// The desk: passages to find and copy, and the tickets of customers who need a person.
import { tab } from "./badge.js";
import "./finder.js";
import { drawn } from "./page.js";
import "./staff.js";
import { asked } from "./tickets.js";

if (asked()) drawn('button[role=tab][data-tab-id="tickets"]').then(() => tab().click());
