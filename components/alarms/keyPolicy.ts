import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../identity/document";

/** What a key's policy begins with. */
export function managedByAccount(partition: pulumi.Input<string>, accountId: pulumi.Input<string>): Statement {
    return {
        Sid: "TheAccountManagesTheKey",
        Effect: "Allow",
        Principal: { AWS: pulumi.interpolate`arn:${partition}:iam::${accountId}:root` },
        // What every key has unless told otherwise; without it nobody could change the key again. In a key's
        // policy "*" is this key: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
        Action: "kms:*",
        Resource: "*",
    };
}

/** What every key of ours is. */
export const ownKey = { enableKeyRotation: true, deletionWindowInDays: 30 } as const;
