import type { CloudObject } from "../../cloud/store";
import type { Cloud } from "../../cloud/aws/cloud";
import { DB_CLUSTER, DB_CLUSTER_INSTANCE, DB_INSTANCE } from "../../cloud/aws/tokens";
import { must, text } from "../../cloud/aws/values";
import type { Props } from "../../cloud/props";
import { keepPending, pendingOf } from "./pending";
import { effective, selfOf, stateOf } from "./state";
import { cluster } from "./rds/cluster";
import { clusterInstance } from "./rds/clusterInstance";
import { majorOf, minorOf, offeredVersions } from "./rds/engines";
import { instance } from "./rds/instance";

/**
 * What AWS does in the maintenance windows of a region's databases: it applies what waits, and upgrades to the latest
 * minor version where that is permitted, but no member of a global database.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Updates.AMVU.html
 */
export function runMaintenance(cloud: Cloud): void {
    for (const declaration of [cluster, instance, clusterInstance]) {
        for (const object of cloud.all(declaration.type)) {
            const waiting = pendingOf(declaration.type, object.id, cloud);
            const changes = { ...waiting, ...(permitted(object, cloud) ? latest(object, waiting) : {}) };
            keepPending(declaration.type, object.id, {}, cloud);
            if (Object.keys(changes).length > 0) {
                const inputs = effective(declaration, { ...object.inputs, ...changes }, object.state);
                const self = selfOf(object.id, inputs, cloud, object.state, { known: {} });
                const state = { ...stateOf(declaration, self), ...abbreviated(object, changes) };
                cloud.store.put({ ...object, state });
                declaration.effects?.made?.({ ...self, inputs: state });
            }
        }
    }
}

/** A major version alone stays in the state, whichever of its minor versions runs. */
function abbreviated({ state }: CloudObject, changes: Props): { engineVersion?: string } {
    const [before = "", after = ""] = [text(state, "engineVersion"), text(changes, "engineVersion")];
    return after.startsWith(`${before}.`) ? { engineVersion: before } : {};
}

function permitted({ type, id, state }: CloudObject, cloud: Cloud): boolean {
    if (type === DB_CLUSTER) {
        const members = cloud.all(DB_CLUSTER_INSTANCE).filter((member) => member.state["clusterIdentifier"] === id);
        return (
            text(state, "globalClusterIdentifier") === undefined &&
            members.every((member) => member.state["autoMinorVersionUpgrade"] === true)
        );
    }
    return type === DB_INSTANCE && state["autoMinorVersionUpgrade"] === true;
}

function latest({ state }: CloudObject, waiting: Props): Props {
    const engine = must(state, "engine");
    const running = text(waiting, "engineVersion") ?? must(state, "engineVersionActual");
    const newest = offeredVersions(engine, majorOf(engine, running) ?? "").at(-1) ?? running;
    return minorOf(engine, newest) > minorOf(engine, running) ? { engineVersion: newest } : {};
}
