import { objectShapes } from "./objects";
import { podShapes } from "./pod";
import { Shapes } from "./shape";

/** Every type that the sandbox's clusters know. */
export const shapes = new Shapes(objectShapes, podShapes);
