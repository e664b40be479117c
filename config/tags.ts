import { z } from "zod";
import { section, text } from "./fields";

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const value = (fix: string) =>
    text({
        allowed: "1 to 256 letters, digits, spaces and _.:/=+-@",
        fix,
        wrong: (given) => (/^[\p{L}\p{N} _.:/=+\-@]{1,256}$/u.test(given) ? undefined : "not what AWS takes as a tag's value"),
    }).optional();

/** What everything in AWS is tagged with, beside the project and the stack. */
export const tags = section({
    owner: value("write who answers for the stack, like platform-team"),
    costCentre: value('write who pays, in quotes, like "4711"'),
});

export type TagSettings = z.infer<typeof tags>;
