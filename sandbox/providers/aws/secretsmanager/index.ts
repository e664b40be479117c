import { uuid } from "../../protocol/chance";

import type { Declaration } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { documentRule } from "../iam/document";
import { random } from "../declaring/naming";
import { conflict, exactlyOne, oneOf, pattern } from "../declaring/rules";
import { KEY, SECRET, SECRET_POLICY, SECRET_VERSION } from "../../../cloud/aws/tokens";
import { must, text } from "../../../cloud/aws/values";

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const missingSecret = (): string => "ResourceNotFoundException: Secrets Manager can't find the specified secret.";

const secret: Declaration = {
    type: SECRET,
    id: ({ inputs, cloud }) => cloud.arn("secretsmanager", `secret:${must(inputs, "name")}-${random(6, letters)}`),
    naming: { max: 512 },
    defaults: { forceOverwriteReplicaSecret: false, recoveryWindowInDays: 30 },
    allowed: {
        name: pattern(
            /^[A-Za-z0-9/_+=.@-]{1,512}$/,
            "must consist of letters, digits and /_+=.@-, at most 512 characters",
        ),
        policy: documentRule("resource"),
        recoveryWindowInDays: oneOf(0, ...Array.from({ length: 24 }, (_, i) => i + 7)),
    },
    rules: [conflict("name", "namePrefix")],
    references: { kmsKeyId: to(KEY) },
    conflicts: [
        ({ id, inputs, cloud }) =>
            cloud.all(SECRET).some((other) => other.id !== id && other.state["name"] === inputs["name"])
                ? `ResourceExistsException: The operation failed because the secret ${text(inputs, "name")} already exists.`
                : undefined,
    ],
    replace: ["name", "namePrefix"],
    outputs: ({ id }) => ({ arn: id }),
    missing: missingSecret,
};

const secretVersion: Declaration = {
    type: SECRET_VERSION,
    id: ({ inputs }) => `${text(inputs, "secretId")}|terraform-${uuid()}`,
    parent: "secretId",
    rules: [exactlyOne("secretBinary", "secretString", "secretStringWo")],
    references: { secretId: to(SECRET) },
    replace: ["secretBinary", "secretId", "secretString", "secretStringWoVersion"],
    serverDefaults: () => ({ versionStages: ["AWSCURRENT"] }),
    outputs: ({ id, inputs }) => ({
        arn: must(inputs, "secretId"),
        secretArn: must(inputs, "secretId"),
        versionId: id.replace(/^.*\|/, ""),
    }),
    missing: missingSecret,
};

const secretPolicy: Declaration = {
    type: SECRET_POLICY,
    id: ({ inputs }) => must(inputs, "secretArn"),
    parent: "secretArn",
    overwrites: true,
    defaults: { blockPublicPolicy: false },
    allowed: { policy: documentRule("resource") },
    references: { secretArn: to(SECRET) },
    replace: ["secretArn"],
    missing: missingSecret,
};

export const secretsmanager = [secret, secretPolicy, secretVersion];
