import type { z } from "zod";
import { matching, section } from "./fields";

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const value = (fix: string) =>
    matching(/^[\p{L}\p{N} _.:/=+\-@]{1,256}$/u, {
        allowed: "1 to 256 letters, digits, spaces and _.:/=+-@",
        fix,
        wrong: "not a valid tag value in AWS",
    }).optional();

/** Tags of every AWS resource, in addition to the project and the stack. */
export const tags = section({
    owner: value("write who is responsible for the stack, like platform-team").meta({
        description: "The tag `owner`: who is responsible for the stack",
        examples: ["platform-team"],
    }),
    costCentre: value('write who pays, in quotes, like "4711"').meta({
        description: "The tag `costCentre`: who pays, in quotes if it is a number",
        examples: ["4711"],
    }),
});

export type TagSettings = z.infer<typeof tags>;
