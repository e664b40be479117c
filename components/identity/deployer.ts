import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** The credentials that the program uses where no AWS provider signs in: for the database and the Kubernetes API. */
export interface Deployer {
    /** The profile of `aws:profile`. */
    readonly profile: string | undefined;
    /** ARN of the role of `aws:assumeRoles`. */
    readonly role: string | undefined;
}

type Assumed = Pick<
    NonNullable<typeof aws.config.assumeRoles>[number],
    "roleArn" | "externalId" | "policy" | "policyArns"
>;

/** The settings of the AWS provider that determine the program's principal. */
export interface Configured {
    readonly profile?: string | undefined;
    readonly assumeRoles?: readonly Assumed[] | undefined;
    readonly accessKey?: string | undefined;
    readonly sharedCredentialsFiles?: readonly string[] | undefined;
    readonly assumeRoleWithWebIdentity?: unknown;
}

/**
 * The program's principal according to the stack's config for AWS (`aws:profile`, `aws:assumeRoles`).
 *
 * @param databaseRole ARN of the role that the program assumes in the database's account, if that is another one
 * @throws RunError for settings that the postgresql provider and `aws eks get-token` do not support: a different principal
 *     would sign in there than to AWS
 */
export function deployer(databaseRole: string | undefined, configured: Configured = aws.config): Deployer {
    const { profile, assumeRoles = [], ...others } = configured;
    const problems = (["accessKey", "sharedCredentialsFiles", "assumeRoleWithWebIdentity"] as const)
        .filter((key) => others[key] !== undefined)
        .map((key) => `aws:${key} does not apply to the database and the Kubernetes API`);
    const [first, ...more] = assumeRoles;
    if (more.length > 0 || (first !== undefined && databaseRole !== undefined)) {
        problems.push("aws:assumeRoles has a role more than a token for the database can be signed with");
    }
    if (first?.externalId !== undefined || first?.policy !== undefined || first?.policyArns !== undefined) {
        problems.push(
            "aws:assumeRoles has an externalId or a policy, which tokens for the database cannot be signed with",
        );
    }
    if (problems.length > 0) {
        throw new pulumi.RunError(
            `${problems.join("; ")}: write aws:profile, whose profile may assume roles itself, or set credentials in the environment`,
        );
    }
    return { profile, role: first?.roleArn };
}
