import type { Store } from "../../../cloud/store";
import { DB_CLUSTER, DB_INSTANCE, SECRET, SECRET_VERSION } from "../../../cloud/aws/tokens";
import { text } from "../../../cloud/aws/values";

/**
 * What `aws rds modify-db-cluster --no-manage-master-user-password` does, or its equivalent for an instance: sets a
 * random master password that is not stored, and deletes the secret.
 *
 * @param resourceId `cluster-…` or `db-…`
 */
export function releaseMaster(store: Store, resourceId: string): void {
    for (const object of [...store.list(DB_CLUSTER), ...store.list(DB_INSTANCE)]) {
        const { state, region, account } = object;
        if (state["clusterResourceId"] === resourceId || state["resourceId"] === resourceId) {
            const secret = text(state, "masterUserSecrets.secretArn");
            store.put({
                ...object,
                state: {
                    ...state,
                    manageMasterUserPassword: false,
                    masterUserSecrets: [],
                    masterUserSecretKmsKeyId: "",
                },
            });
            for (const type of secret === undefined ? [] : [SECRET, SECRET_VERSION]) {
                store.remove(type, secret ?? "", { region, account });
            }
        }
    }
}
