import { z } from "zod";

import { list, matching, section, text } from "../../config/fields";
import { secretsIn } from "./backendUrl";

const dns = {
    allowed: "lower-case letters, digits and hyphens, up to 63",
    example: "keyless-fleet",
    wrong: "not such a name",
};
const label = matching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, dns);
/** Written into scripts and paths: nothing that a shell reads. */
const plain = (allowed: string, example: string) =>
    matching(/^[\w.][\w./-]*$/, {
        allowed,
        example,
        wrong: "not letters, digits, dots, hyphens, underscores and slashes",
    });
const notEmpty = (allowed: string, example: string) =>
    text({ allowed, example, wrong: (given) => (given.trim() === "" ? "empty" : undefined) });

/** A URL that stands in a file which is committed. */
const committed = (pattern: RegExp, { wrong, ...rule }: Readonly<Record<"allowed" | "example" | "wrong", string>>) =>
    text({
        ...rule,
        wrong: (given) => {
            const [secret] = secretsIn(given);
            return !pattern.test(given) ? wrong : secret === undefined ? undefined : `${secret} is a secret`;
        },
    });

/** Where the engines that exist find the program, its state and its keys: the plan's `engine`. */
export const engine = section({
    repository: matching(/^https:\/\/[^\s@?#]+$/, {
        allowed: "an https URL without a user",
        example: "https://github.com/example/keyless",
        wrong: "not such a URL",
    }),
    branch: plain("a branch", "main").default("main"),
    folder: plain("the folder of Pulumi.yaml in the repository", ".").default("."),
    backend: committed(/^(s3|azblob|gs|https|postgres):\/\/(?![^/?#]*@)[^\s]+$/, {
        allowed: "the URL of a Pulumi backend, without a user or a password: the file is committed",
        example: "s3://example-pulumi-state?region=eu-central-1",
        wrong: "not such a URL",
    }).optional(),
    secretsProvider: committed(/^(awskms|azurekeyvault|gcpkms|hashivault):\/\/[^\s]+$/, {
        allowed: "a key management service's key, as pulumi stack init --secrets-provider takes it",
        example: "awskms://alias/pulumi?region=eu-central-1",
        wrong: "not such a key: a passphrase would have to be stored where the runs are",
    }).optional(),
    policyPacks: list(plain("the folder of a policy pack", "policy"), "a list of folders of policy packs").default([
        "policy",
    ]),
    image: notEmpty("an image with Pulumi and Node.js", "pulumi/pulumi-nodejs:3.248.0-nonroot").default(
        "pulumi/pulumi-nodejs:3.248.0-nonroot",
    ),
    namespace: label.default("keyless-fleet"),
    serviceAccount: label.default("keyless-fleet"),
    agentPool: notEmpty("the ID of a pool of Pulumi Deployments' agents", "pool-id").optional(),
    runsOn: list(notEmpty("a label of runners", "self-hosted"), "a list of labels of GitHub's runners").default([
        "self-hosted",
    ]),
    parallel: z.number().int().min(1).max(256).default(4),
    operations: z.number().int().min(1).max(100_000).optional(),
});

export type Engine = z.infer<typeof engine>;
