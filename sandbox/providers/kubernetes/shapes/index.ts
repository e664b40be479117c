import { objectShapes } from "./objects";
import { podShapes } from "./pod";
import { Shapes } from "./shape";

/** Every type that the sandbox's clusters support. */
export const shapes = new Shapes(objectShapes, podShapes);
