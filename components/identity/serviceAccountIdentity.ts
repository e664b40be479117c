import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { documentJson, type Statement } from "./document";
import { roleResource, type Identity, type PodCredentials } from "./identity";
import { makeServiceAccount, staysWith, type ServiceAccountArgs } from "./serviceAccount";

/** The IAM OpenID Connect provider of a Kubernetes cluster in one account. */
export interface OidcProvider {
    readonly arn: pulumi.Input<string>;
    /** The issuer without `https://`. */
    readonly issuer: pulumi.Input<string>;
}

export interface ServiceAccountIdentityArgs extends ServiceAccountArgs {
    /** ARN in the role's account: IAM does not accept tokens through another account's provider. */
    readonly oidcProvider: OidcProvider;
    /**
     * The provider for the role's account, that is, the database's, if it is not the cluster's.
     * @default - the role is in the program's own account
     */
    readonly roleProvider?: aws.Provider | undefined;
}

/**
 * An IAM role that one Kubernetes service account, and nothing else, can assume (IAM roles for service accounts), and
 * that service account, or its annotation if it exists. Needs the providers `aws` and `kubernetes`.
 */
export class ServiceAccountIdentity extends pulumi.ComponentResource implements Identity {
    readonly roleName: pulumi.Output<string>;
    readonly roleArn: pulumi.Output<string>;
    readonly provider: aws.Provider | undefined;
    readonly ready: readonly pulumi.Resource[];
    readonly credentials: PodCredentials;

    constructor(name: string, args: ServiceAccountIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:identity:ServiceAccountIdentity", name, {}, opts);
        const role = new aws.iam.Role(
            roleResource(name),
            { description: `service account of ${name}`, assumeRolePolicy: documentJson([trust(args)], "trust") },
            { parent: this, provider: args.roleProvider },
        );
        this.roleName = role.name;
        this.roleArn = role.arn;
        this.provider = args.roleProvider;
        const account = makeServiceAccount(
            name,
            args,
            { "eks.amazonaws.com/role-arn": role.arn },
            { parent: this, ...staysWith("keyless:identity:PodIdentity", name, opts?.parent) },
        );
        this.ready = account === undefined ? [] : [account];
        this.credentials = { kind: "irsa", roleArn: role.arn, version: role.arn };
        this.registerOutputs({ roleArn: this.roleArn });
    }
}

/** Both subject (`sub`) and audience (`aud`): a token for another audience must not be accepted. */
function trust({ oidcProvider, namespace, serviceAccount }: ServiceAccountIdentityArgs): Statement {
    return {
        Effect: "Allow",
        Principal: { Federated: oidcProvider.arn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: pulumi.all([oidcProvider.issuer, namespace]).apply(([issuer, space]) => ({
            StringEquals: {
                [`${issuer}:sub`]: `system:serviceaccount:${space}:${serviceAccount}`,
                [`${issuer}:aud`]: "sts.amazonaws.com",
            },
        })),
    };
}
