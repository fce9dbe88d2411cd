export { take, takeAlongAxis } from "./take.ts";
