import { document } from "./story";
import type { Story } from "./story";

/** Actions that lead to a database's data, or to an identity that reaches it, without a login of its own. */
const WAYS: Readonly<Record<string, readonly string[]>> = {
    "read or replace a password": [
        "secretsmanager:BatchGetSecretValue",
        "secretsmanager:PutResourcePolicy",
        "secretsmanager:PutSecretValue",
        "secretsmanager:RotateSecret",
    ],
    "run SQL through AWS": ["rds-data:BatchExecuteStatement", "rds-data:ExecuteStatement", "rds:EnableHttpEndpoint"],
    "copy a database": [
        "rds:CopyDBClusterSnapshot",
        "rds:CopyDBSnapshot",
        "rds:CreateBlueGreenDeployment",
        "rds:CreateDBInstanceReadReplica",
        "rds:CreateIntegration",
        "rds:ModifyDBClusterSnapshotAttribute",
        "rds:RestoreDBClusterFromS3",
        "rds:RestoreDBClusterFromSnapshot",
        "rds:RestoreDBInstanceToPointInTime",
        "rds:StartExportTask",
        "backup:StartCopyJob",
        "backup:StartRestoreJob",
        "dms:CreateReplicationTask",
        "dms:StartReplication",
        "glue:CreateJob",
        "glue:StartJobRun",
    ],
    "read what a database logs": [
        "rds:DownloadCompleteDBLogFile",
        "rds:DownloadDBLogFilePortion",
        "rds:StartActivityStream",
    ],
    "change a server or what stands before it": [
        "rds:ModifyDBClusterParameterGroup",
        "rds:ModifyDBParameterGroup",
        "rds:ModifyDBProxyTargetGroup",
        "rds:RegisterDBProxyTargets",
        "rds:ResetDBClusterParameterGroup",
    ],
    "open an encryption key": ["kms:CreateGrant", "kms:PutKeyPolicy"],
    "give an identity more": [
        "iam:CreateLoginProfile",
        "iam:DeleteRolePermissionsBoundary",
        "iam:UpdateSAMLProvider",
        "sso:PutInlinePolicyToPermissionSet",
        "identitystore:CreateGroupMembership",
        "eks:UpdateClusterConfig",
    ],
    "run code as another identity": [
        "lambda:PublishLayerVersion",
        "lambda:UpdateFunctionConfiguration",
        "codebuild:StartBuild",
        "codebuild:UpdateProject",
        "ec2:AssociateIamInstanceProfile",
        "ec2:CreateLaunchTemplateVersion",
        "ec2:ModifyInstanceAttribute",
        "ec2:RunInstances",
        "ecs:CreateService",
        "ecs:RegisterTaskDefinition",
        "ecs:RunTask",
        "batch:SubmitJob",
        "states:StartExecution",
        "scheduler:CreateSchedule",
        "events:PutTargets",
        "ssm:CreateAssociation",
        "ssm:StartAutomationExecution",
        "ec2-instance-connect:SendSerialConsoleSSHPublicKey",
        "cloudformation:ExecuteChangeSet",
    ],
};

/** A role with each kind of these permissions, all of which a comparison must name. */
export const permissionStories: readonly Story[] = Object.entries(WAYS).map(([way, actions]) => ({
    title: `a role that may ${way}`,
    change: (edit) =>
        edit.add("aws:iam/rolePolicy:RolePolicy", "evil", {
            role: "shop",
            policy: document({ Action: actions, Resource: "*" }),
        }),
    says: new RegExp(
        `^aws:Role shop may take a way that ${actions.map((action) => `(?=.*\\b${action}(?:,|$))`).join("")}`,
    ),
}));
