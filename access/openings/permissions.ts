import { isAllowed } from "../../policy/iam";
import type { Document } from "../../policy/iam";
import type { Principal } from "../iam/principals";
import { label } from "../resources/resource";
import type { Opening } from "./opening";

/** Actions that expose a database's data, or an identity that reaches it, without `rds-db:connect`. */
export const ACTIONS: readonly string[] = [
    ...[
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutResourcePolicy",
        "rds-data:ExecuteStatement",
        "rds-data:BatchExecuteStatement",
    ],
    ...[
        "rds:ModifyDBCluster",
        "rds:ModifyDBInstance",
        "rds:StartExportTask",
        "rds:AddRoleToDBCluster",
        "rds:AddRoleToDBInstance",
        "rds:CreateIntegration",
    ],
    ...[
        "rds:RestoreDBClusterFromSnapshot",
        "rds:RestoreDBClusterToPointInTime",
        "rds:RestoreDBInstanceFromDBSnapshot",
        "rds:RestoreDBInstanceToPointInTime",
    ],
    ...[
        "rds:CreateDBInstanceReadReplica",
        "rds:CreateBlueGreenDeployment",
        "rds:RestoreDBClusterFromS3",
        "rds:CopyDBSnapshot",
        "rds:CopyDBClusterSnapshot",
        "rds:StartActivityStream",
        "rds:EnableHttpEndpoint",
        "rds:ResetDBClusterParameterGroup",
        "rds:ModifyDBClusterParameterGroup",
        "rds:ModifyDBParameterGroup",
        "rds:DownloadDBLogFilePortion",
        "rds:DownloadCompleteDBLogFile",
    ],
    // A cluster may replicate another; a shared cluster can be cloned by another account, whose clone has a master of its own:
    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Clone.Cross-Account.html
    ...["rds:CreateDBCluster", "rds:CreateGlobalCluster", "ram:CreateResourceShare", "ram:AssociateResourceShare"],
    // A database's log is also in CloudWatch, and Performance Insights keeps statements, both with their values.
    ...[
        "logs:GetLogEvents",
        "logs:FilterLogEvents",
        "logs:StartQuery",
        "logs:StartLiveTail",
        "logs:PutSubscriptionFilter",
    ],
    ...["logs:CreateExportTask", "pi:DescribeDimensionKeys", "pi:GetDimensionKeyDetails"],
    ...["rds:CreateDBProxy", "rds:ModifyDBProxy", "rds:RegisterDBProxyTargets", "rds:ModifyDBProxyTargetGroup"],
    ...["dms:StartReplicationTask", "dms:StartReplication", "dms:CreateReplicationTask", "dms:ModifyEndpoint"],
    ...[
        "dms:CreateReplicationConfig",
        "dms:ModifyReplicationTask",
        "dms:CreateDataMigration",
        "dms:StartDataMigration",
    ],
    ...["glue:StartJobRun", "glue:UpdateJob", "glue:CreateJob", "glue:GetConnection", "glue:GetConnections"],
    ...["glue:CreateSession", "glue:RunStatement"],
    ...["kms:CreateGrant", "kms:PutKeyPolicy"],
    ...["backup:StartRestoreJob", "backup:StartCopyJob", "backup:PutBackupVaultAccessPolicy"],
    ...["secretsmanager:BatchGetSecretValue", "secretsmanager:RotateSecret", "secretsmanager:PutSecretValue"],
    ...["rds:ModifyDBClusterSnapshotAttribute", "rds:ModifyDBSnapshotAttribute"],
    ...[
        "iam:PutRolePolicy",
        "iam:AttachRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "iam:CreatePolicyVersion",
        "iam:SetDefaultPolicyVersion",
        "iam:PassRole",
    ],
    ...[
        "iam:PutUserPolicy",
        "iam:AttachUserPolicy",
        "iam:PutGroupPolicy",
        "iam:AttachGroupPolicy",
        "iam:AddUserToGroup",
        "iam:CreateAccessKey",
    ],
    ...[
        "iam:CreateLoginProfile",
        "iam:UpdateLoginProfile",
        "iam:DeleteRolePermissionsBoundary",
        "iam:DeleteUserPermissionsBoundary",
        "iam:PutRolePermissionsBoundary",
        "iam:PutUserPermissionsBoundary",
    ],
    ...[
        "iam:CreateSAMLProvider",
        "iam:UpdateSAMLProvider",
        "iam:CreateOpenIDConnectProvider",
        "iam:AddClientIDToOpenIDConnectProvider",
    ],
    ...[
        "sso:CreateAccountAssignment",
        "sso:PutInlinePolicyToPermissionSet",
        "sso:AttachManagedPolicyToPermissionSet",
        "sso:AttachCustomerManagedPolicyReferenceToPermissionSet",
        "identitystore:CreateGroupMembership",
    ],
    ...[
        "eks:CreateAccessEntry",
        "eks:UpdateAccessEntry",
        "eks:AssociateAccessPolicy",
        "eks:CreatePodIdentityAssociation",
        "eks:UpdatePodIdentityAssociation",
    ],
    ...["eks:CreateAddon", "eks:UpdateAddon", "eks:UpdateClusterConfig", "eks:AssociateIdentityProviderConfig"],
    // Argo CD and ACK, managed by EKS, create what they are told: https://docs.aws.amazon.com/eks/latest/userguide/capabilities.html
    ...["eks:CreateCapability", "eks:UpdateCapability", "eks:CreateNodegroup", "eks:UpdateNodegroupVersion"],
    ...[
        "ecs:ExecuteCommand",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
        "ec2:ModifyInstanceAttribute",
        "lambda:PublishLayerVersion",
        "codebuild:StartBuild",
        "codebuild:UpdateProject",
        "ec2:CreateLaunchTemplateVersion",
        "ec2:ReplaceIamInstanceProfileAssociation",
        "ec2:AssociateIamInstanceProfile",
        "ec2:RunInstances",
    ],
    ...["ecs:RunTask", "ecs:StartTask", "ecs:UpdateService", "ecs:CreateService", "ecs:RegisterTaskDefinition"],
    ...["batch:SubmitJob", "batch:RegisterJobDefinition"],
    ...["states:UpdateStateMachine", "states:CreateStateMachine", "states:StartExecution"],
    ...["scheduler:CreateSchedule", "scheduler:UpdateSchedule", "events:PutTargets"],
    ...[
        "ssm:SendCommand",
        "ssm:StartSession",
        "ssm:CreateAssociation",
        "ssm:UpdateAssociation",
        "ssm:StartAutomationExecution",
    ],
    ...["ec2-instance-connect:SendSSHPublicKey", "ec2-instance-connect:SendSerialConsoleSSHPublicKey"],
    // Attaches policies as its role: https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-controls.html
    ...["budgets:CreateBudgetAction", "budgets:UpdateBudgetAction"],
    ...["ssm:UpdateDocument", "ssm:RegisterTaskWithMaintenanceWindow", "ssm:UpdateMaintenanceWindowTask"],
    ...["ec2:CreateReplaceRootVolumeTask", "ec2:ModifyLaunchTemplate", "ec2:CreateFleet", "ec2:RequestSpotInstances"],
    ...["autoscaling:CreateAutoScalingGroup", "autoscaling:UpdateAutoScalingGroup", "codedeploy:CreateDeployment"],
    ...["codebuild:StartBuildBatch", "codebuild:RetryBuild", "codepipeline:UpdatePipeline"],
    ...[
        "codepipeline:StartPipelineExecution",
        "apprunner:UpdateService",
        "sagemaker:CreatePresignedNotebookInstanceUrl",
    ],
    ...["cloudformation:CreateStackSet", "cloudformation:UpdateStackSet", "cloudformation:CreateStackInstances"],
    ...["cloudformation:CreateStack", "cloudformation:UpdateStack", "cloudformation:ExecuteChangeSet"],
];

/**
 * Permissions that bypass the matrix. Conditions, denials and boundaries are not evaluated, so this may report more than AWS
 * allows; removing one is reported, as is a changed trust of a principal with such a permission.
 */
export function permissions(principals: readonly Principal[]): readonly Opening[] {
    return principals.flatMap(({ resource, held, boundary, trust }) => {
        const documents = held.flatMap(({ document }) => (document === undefined ? [] : [document]));
        const statements = documents.flatMap((one) => one.statements);
        const allowing = statements
            .filter(({ effect }) => effect === "Allow")
            .map((one) => ({ statement: one, alone: [{ ...FRAME, statements: [{ ...one, conditions: [] }] }] }));
        const denials = statements.filter(({ effect }) => effect === "Deny").map(said);
        const bounds =
            boundary === undefined
                ? []
                : [JSON.stringify(boundary.document?.statements.map(said) ?? boundary.elsewhere ?? "later")];
        const found = ACTIONS.map((action) => ({
            action,
            allows: allowing.filter(({ alone }) => isAllowed(alone, { action })),
        })).filter(({ allows }) => allows.length > 0);
        const text = `${label(resource)} may take a way that the matrix does not model: ${found.map(({ action }) => action).join(", ")}`;
        const trusts =
            trust === undefined ? [""] : trust.statements.filter(({ effect }) => effect === "Allow").map(said);
        return found.flatMap(({ action, allows }) =>
            allows.flatMap(({ statement: { resources, conditions } }) => {
                const places = (resources?.patterns ?? []).map(
                    ({ source }) => `${resources?.except === true ? "not " : ""}${source}`,
                );
                const limits = [...conditions.map((one) => JSON.stringify(one)), ...denials, ...bounds];
                return places.flatMap((place) =>
                    trusts.map((one): Opening => ({ key: `${resource.urn} ${action} ${place} ${one}`, text, limits })),
                );
            }),
        );
    });
}

/** A statement's content, independent of its position in the document. */
function said({ effect, actions, resources, principals, conditions }: Document["statements"][number]): string {
    return JSON.stringify({ effect, actions, resources, principals, conditions });
}

const FRAME: Omit<Document, "statements"> = {
    kind: "identity",
    version: "2012-10-17",
    problems: [],
    oddities: [],
    unknown: false,
};
