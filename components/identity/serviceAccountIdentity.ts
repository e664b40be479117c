import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { autonameLength, fit } from "../names";
import { documentJson, type Statement } from "./document";
import type { Identity } from "./grantConnect";

/** The OpenID Connect provider of a Kubernetes cluster, as IAM knows it. */
export interface OidcProvider {
    readonly arn: pulumi.Input<string>;
    /** The issuer without `https://`. */
    readonly issuer: pulumi.Input<string>;
}

export interface ServiceAccountIdentityArgs {
    readonly oidcProvider: OidcProvider;
    /** Name of the namespace, which must exist. */
    readonly namespace: pulumi.Input<string>;
    /** Name of the service account, which is made. */
    readonly serviceAccount: string;
    /**
     * Labels of the service account.
     * @default - none
     */
    readonly labels?: Readonly<Record<string, string>>;
}

/**
 * An IAM role that one Kubernetes service account, and nothing else, can assume (IAM roles for service accounts), and
 * that service account. Needs the providers `aws` and `kubernetes`.
 */
export class ServiceAccountIdentity extends pulumi.ComponentResource implements Identity {
    readonly roleName: pulumi.Output<string>;
    readonly roleArn: pulumi.Output<string>;

    constructor(name: string, args: ServiceAccountIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:identity:ServiceAccountIdentity", name, {}, opts);
        const role = new aws.iam.Role(
            fit(name, roleNameLength - autonameLength),
            { description: `service account of ${name}`, assumeRolePolicy: documentJson([trust(args)], "trust") },
            { parent: this },
        );
        this.roleName = role.name;
        this.roleArn = role.arn;
        new kubernetes.core.v1.ServiceAccount(
            name,
            {
                metadata: {
                    name: args.serviceAccount,
                    namespace: args.namespace,
                    labels: args.labels,
                    annotations: { "eks.amazonaws.com/role-arn": role.arn },
                },
                // EKS gives the pod a token for AWS by itself; one for the Kubernetes API it does not need.
                automountServiceAccountToken: false,
            },
            { parent: this },
        );
        this.registerOutputs({ roleArn: this.roleArn });
    }
}

/** IAM's limit. */
const roleNameLength = 64;

/** Both who (`sub`) and for whom (`aud`): a token made for another audience must not do. */
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
