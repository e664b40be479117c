import { isAllowed } from "../../policy/iam";
import type { Document } from "../../policy/iam";
import type { Principal } from "../iam/principals";
import { label } from "../resources/resource";
import type { Opening } from "./opening";

/** Actions that give data of a database, or an identity that reaches it, without `rds-db:connect`. */
const ACTIONS: readonly string[] = [
    ...["secretsmanager:GetSecretValue", "rds-data:ExecuteStatement", "rds:ModifyDBCluster", "rds:ModifyDBInstance", "rds:StartExportTask"],
    ...["rds:RestoreDBClusterFromSnapshot", "rds:RestoreDBClusterToPointInTime", "rds:RestoreDBInstanceFromDBSnapshot"],
    ...["rds:ModifyDBClusterSnapshotAttribute", "rds:ModifyDBSnapshotAttribute"],
    ...["iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:PassRole"],
    ...["iam:PutUserPolicy", "iam:AttachUserPolicy", "iam:PutGroupPolicy", "iam:AttachGroupPolicy", "iam:AddUserToGroup", "iam:CreateAccessKey", "iam:CreateLoginProfile"],
    ...["eks:CreateAccessEntry", "eks:UpdateAccessEntry", "eks:AssociateAccessPolicy", "eks:CreatePodIdentityAssociation", "eks:UpdatePodIdentityAssociation"],
    ...["ecs:ExecuteCommand", "lambda:UpdateFunctionCode", "ssm:SendCommand", "ssm:StartSession", "ec2-instance-connect:SendSSHPublicKey"],
    ...["cloudformation:CreateStack", "cloudformation:UpdateStack"],
];

/** Permissions that lead around the matrix. Conditions, denials and boundaries are ignored: this may report more than AWS allows. */
export function permissions(principals: readonly Principal[]): readonly Opening[] {
    return principals.flatMap(({ resource, held }) => {
        const documents = held.flatMap(({ document }) => (document === undefined ? [] : [allowing(document)]));
        const actions = ACTIONS.filter((action) => isAllowed(documents, { action }));
        const text = `${label(resource)} may take a way that the matrix does not model: ${actions.join(", ")}`;
        return actions.map((action): Opening => {
            const allows = documents.flatMap(({ statements }) => statements).filter((one) => isAllowed([{ ...FRAME, statements: [one] }], { action }));
            const resources = allows.flatMap((one) => (one.resources?.patterns ?? []).map(({ source }) => `${one.resources?.except === true ? "not " : ""}${source}`));
            return { key: `${resource.urn} ${action} ${[...new Set(resources)].sort().join()}`, text };
        });
    });
}

const FRAME: Omit<Document, "statements"> = { kind: "identity", version: "2012-10-17", problems: [], oddities: [], unknown: false };

function allowing(document: Document): Document {
    const statements = document.statements.filter(({ effect }) => effect === "Allow").map((one) => ({ ...one, conditions: [] }));
    return { ...document, statements };
}
