import type { Self } from "../declaring/declaration";
import { DB_SNAPSHOT } from "../../../cloud/aws/tokens";
import { given, must, text } from "../../../cloud/aws/values";

/** Why an instance cannot be deleted. */
export function keptInstance({ inputs, cloud }: Self): string | undefined {
    if (inputs["deletionProtection"] === true) {
        return "InvalidParameterCombination: Cannot delete protected DB Instance, please disable deletion protection and try again.";
    }
    if (inputs["skipFinalSnapshot"] === true) {
        return undefined;
    }
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
    if (given(inputs, "replicateSourceDb")) {
        return "InvalidParameterCombination: FinalDBSnapshotIdentifier can not be specified when deleting a replica instance";
    }
    const snapshot = text(inputs, "finalSnapshotIdentifier");
    if (snapshot === undefined) {
        return "RDS DB Instance final_snapshot_identifier is required when skip_final_snapshot is false";
    }
    return cloud.find(DB_SNAPSHOT, snapshot) === undefined
        ? undefined
        : `DBSnapshotAlreadyExists: Cannot create the snapshot because a snapshot with the identifier ${snapshot} already exists.`;
}

/** The final snapshot outlives its instance. */
export function takeInstanceSnapshot({ inputs, cloud }: Self): void {
    const snapshot = text(inputs, "finalSnapshotIdentifier");
    if (inputs["skipFinalSnapshot"] !== true && snapshot !== undefined) {
        const state = {
            dbSnapshotIdentifier: snapshot,
            dbInstanceIdentifier: must(inputs, "identifier"),
            engine: must(inputs, "engine"),
            engineVersion: text(inputs, "engineVersionActual") ?? "",
            kmsKeyId: text(inputs, "kmsKeyId") ?? "",
            encrypted: inputs["storageEncrypted"] === true,
            region: cloud.region,
        };
        cloud.store.put({ type: DB_SNAPSHOT, id: snapshot, ...cloud.home(DB_SNAPSHOT), inputs: state, state });
    }
}
