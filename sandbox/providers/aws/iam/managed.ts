import type { CloudObject } from "../../../cloud/store";
import { parseArn } from "../arn";
import type { Cloud } from "../cloud";
import { POLICY } from "../tokens";

/** The policies of AWS's own that programs attach; others exist, these are the known ones. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html */
const names = [
    "AdministratorAccess",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSClusterPolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
    "AmazonEKSServicePolicy",
    "AmazonEKSVPCResourceController",
    "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonRDSDataFullAccess",
    "AmazonRDSFullAccess",
    "AmazonRDSReadOnlyAccess",
    "AmazonS3FullAccess",
    "AmazonS3ReadOnlyAccess",
    "AmazonSSMManagedInstanceCore",
    "AmazonSSMPatchAssociation",
    "CloudWatchAgentServerPolicy",
    "CloudWatchLogsFullAccess",
    "IAMFullAccess",
    "IAMReadOnlyAccess",
    "PowerUserAccess",
    "ReadOnlyAccess",
    "SecretsManagerReadWrite",
    "SecurityAudit",
    "job-function/ViewOnlyAccess",
    "service-role/AWSLambdaBasicExecutionRole",
    "service-role/AWSLambdaVPCAccessExecutionRole",
    "service-role/AmazonEBSCSIDriverPolicy",
    "service-role/AmazonEBSCSIDriverPolicyV2",
    "service-role/AmazonECSTaskExecutionRolePolicy",
    "service-role/AmazonEFSCSIDriverPolicy",
    "service-role/AmazonRDSEnhancedMonitoringRole",
    "service-role/AmazonSSMAutomationRole",
];

/** A policy of AWS's own, as if it were an object of the store. */
export function managedPolicy(arn: string, cloud: Cloud): CloudObject | undefined {
    const parts = parseArn(arn);
    const name = parts?.resource.replace(/^policy\//, "") ?? "";
    if (
        parts?.service !== "iam" ||
        parts.account !== "aws" ||
        parts.partition !== cloud.partition.id ||
        !names.includes(name)
    ) {
        return undefined;
    }
    const path = `/${name.slice(0, name.lastIndexOf("/") + 1)}`;
    return {
        type: POLICY,
        id: arn,
        ...cloud.home(POLICY),
        account: "aws",
        inputs: {},
        state: { arn, name: name.slice(path.length - 1), path },
    };
}

/** What those of them say that reach `rds-db:connect` or `sts:AssumeRole`; the others count as empty here. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html */
const reaching: Readonly<Record<string, object>> = {
    AdministratorAccess: { Effect: "Allow", Action: "*", Resource: "*" },
    PowerUserAccess: {
        Effect: "Allow",
        NotAction: ["iam:*", "organizations:*", "account:*"],
        Resource: "*",
    },
};

/** The document of a policy of AWS's own, as far as it matters to the sandbox; undefined for any other policy. */
export function managedDocument(arn: string): object | undefined {
    const name = /^arn:[^:]*:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
    return name === undefined ? undefined : { Version: "2012-10-17", Statement: reaching[name] ?? [] };
}
