import { types } from "./kubernetes.json";
import { securityGroupPolicy } from "./securityGroupPolicy";
import { Shapes } from "./shape";

/** Every type that the sandbox's clusters support. */
export const shapes = new Shapes({ ...types, ...securityGroupPolicy });
