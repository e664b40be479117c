import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { targetRoleName } from "../names";
import { accountLookups } from "./accountLookups";
import { nameIn } from "./arn";
import { documentJson, type Statement } from "./document";
import { roleResource, type Identity, type PodCredentials } from "./identity";
import { makeServiceAccount, staysWith, type ServiceAccountArgs } from "./serviceAccount";

export interface PodIdentityArgs extends ServiceAccountArgs {
    /** ARN of the EKS cluster, which must have the addon `eks-pod-identity-agent`. */
    readonly clusterArn: pulumi.Input<string>;
    /**
     * The provider for the database's account, if it is not the cluster's. The pods then have a second role there,
     * which EKS assumes for them through the first.
     * @default - the database is in the cluster's account
     */
    readonly databaseAccount?: aws.Provider | undefined;
}

/** The actions that EKS' agent performs on a role: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html */
const podActions = ["sts:AssumeRole", "sts:TagSession"];

/**
 * An IAM role for the pods of one service account of one cluster (EKS Pod Identity), and that service account unless it exists. Without
 * conditions such a role would serve every pod of every cluster in the account. Needs the providers `aws` and `kubernetes`.
 */
export class PodIdentity extends pulumi.ComponentResource implements Identity {
    readonly roleName: pulumi.Output<string>;
    readonly roleArn: pulumi.Output<string>;
    readonly provider: aws.Provider | undefined;
    readonly ready: readonly pulumi.Resource[];
    readonly credentials: PodCredentials;

    constructor(name: string, args: PodIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:identity:PodIdentity", name, {}, opts);
        const { databaseAccount } = args;
        const role = new aws.iam.Role(
            roleResource(name),
            { description: `pods of ${name}`, assumeRolePolicy: documentJson([trust(args)], "trust") },
            { parent: this },
        );
        // The association names the second role before it exists, because that role trusts the association's external id, which
        // EKS generates: https://docs.aws.amazon.com/eks/latest/APIReference/API_PodIdentityAssociation.html
        // So EKS cannot check the trust at creation; the role is assumed when a pod asks for credentials.
        const targetName = targetRoleName(name, pulumi.getStack());
        const targetRoleArn = databaseAccount && roleArnIn(databaseAccount, targetName, this);
        const association = new aws.eks.PodIdentityAssociation(
            name,
            {
                clusterName: pulumi.output(args.clusterArn).apply(nameIn),
                namespace: args.namespace,
                serviceAccount: args.serviceAccount,
                roleArn: role.arn,
                targetRoleArn,
            },
            { parent: this },
        );
        const account = makeServiceAccount(name, args, undefined, {
            parent: this,
            ...staysWith("keyless:identity:ServiceAccountIdentity", name, opts?.parent),
        });
        const target =
            targetRoleArn &&
            databaseAccount &&
            this.target(name, targetName, targetRoleArn, databaseAccount, role, association);
        this.roleName = (target ?? role).name;
        this.roleArn = (target ?? role).arn;
        this.provider = databaseAccount;
        this.credentials = {
            kind: "podIdentity",
            version: pulumi.interpolate`${association.associationId} ${role.arn}`,
        };
        this.ready = [association, ...(account ? [account] : []), ...(target ? [target] : [])];
        this.registerOutputs({ roleArn: this.roleArn });
    }

    /** The role in the database's account: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html */
    private target(
        name: string,
        roleName: string,
        roleArn: pulumi.Output<string>,
        provider: aws.Provider,
        source: aws.iam.Role,
        association: aws.eks.PodIdentityAssociation,
    ): aws.iam.Role {
        new aws.iam.RolePolicy(
            `${name}-target`,
            {
                role: source.name,
                policy: documentJson([{ Effect: "Allow", Action: podActions, Resource: roleArn }], "rolePolicy"),
            },
            { parent: this },
        );
        const Principal = { AWS: source.arn };
        const assumeRolePolicy = documentJson(
            [
                {
                    Effect: "Allow",
                    Principal,
                    Action: "sts:AssumeRole",
                    // EKS gives each association a unique id, so that no other association can assume this role.
                    Condition: { StringEquals: association.externalId.apply((id) => ({ "sts:ExternalId": id })) },
                },
                // The external id is sent only with AssumeRole; the tags are passed on from the first role.
                { Effect: "Allow", Principal, Action: "sts:TagSession" },
            ],
            "trust",
        );
        return new aws.iam.Role(
            roleResource(`${name}-target`),
            { name: roleName, description: `pods of ${name}, by way of the cluster's account`, assumeRolePolicy },
            { parent: this, provider },
        );
    }
}

/** EKS's agent passes cluster, namespace and service account as tags: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html */
function trust({ clusterArn, namespace, serviceAccount }: PodIdentityArgs): Statement {
    return {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: podActions,
        Condition: pulumi.all([clusterArn, namespace]).apply(([cluster, space]) => ({
            StringEquals: {
                "aws:RequestTag/eks-cluster-arn": cluster,
                "aws:RequestTag/kubernetes-namespace": space,
                "aws:RequestTag/kubernetes-service-account": serviceAccount,
            },
        })),
    };
}

/** The ARN of a role by its name, before the role exists. */
function roleArnIn(provider: aws.Provider, name: string, parent: pulumi.Resource): pulumi.Output<string> {
    const { partition, accountId } = accountLookups(parent, provider);
    return pulumi.interpolate`arn:${partition}:iam::${accountId}:role/${name}`;
}
