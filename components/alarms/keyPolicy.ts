import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../identity/document";

/** The first statements of every key's policy. */
export function managedByAccount(partition: pulumi.Input<string>, accountId: pulumi.Input<string>): Statement {
    return {
        Sid: "TheAccountManagesTheKey",
        Effect: "Allow",
        Principal: { AWS: pulumi.interpolate`arn:${partition}:iam::${accountId}:root` },
        // AWS' default for every key; without it no principal could change the key again. In a key's policy "*" is this
        // key: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
        Action: "kms:*",
        Resource: "*",
    };
}

/** Properties shared by all keys of the program. */
export const ownKey = { enableKeyRotation: true, deletionWindowInDays: 30 } as const;
