import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Store } from "../cloud/store";
import type { NameResolution } from "../identity/nameResolution";
import { openPlace } from "../identity/workloadEnvironment";
import { UserError } from "../../toolkit/userError";
import { Field } from "../providers/kubernetes/validation/field";
import type { Server } from "../server";
import type { DeclaredJob } from "./declared";

/** The environment of a Job's pod, in which a program can run. */
export interface JobPod {
    /** The container's command; empty if its image defines it. */
    readonly command: readonly string[];
    readonly environment: NodeJS.ProcessEnv;
    /** How its program resolves the databases' names. */
    readonly names: NameResolution;
    /** Removes its files. */
    readonly close: () => Promise<void>;
}

/**
 * Creates the environment of a Job's pod: what EKS gives its service account, its container's variables, and its
 * volumes. These are in a folder instead of at the root, so a variable that names a file in a volume names it there.
 *
 * @throws UserError for what a kubelet would not start or the sandbox does not support
 */
export async function openPod(server: Server, { cluster, namespace, name, pod }: DeclaredJob): Promise<JobPod> {
    const [container, another] = pod.at("containers").items();
    const account = pod.at("serviceAccountName").text() ?? "default";
    if (container === undefined || another !== undefined) {
        throw new UserError(
            `the job ${namespace}/${name} has ${container === undefined ? "no container" : "several containers"}: the sandbox runs exactly one`,
        );
    }
    const PATH = process.env["PATH"];
    const place = await openPlace(
        server,
        { name: `${namespace}/${account}`, cluster: cluster.name },
        { ...(PATH === undefined ? {} : { PATH }) },
    );
    const root = mkdtempSync(join(tmpdir(), "keyless-job-"));
    const close = async () => {
        await place.close();
        rmSync(root, { recursive: true, force: true });
    };
    try {
        const mounts = mountVolumes(root, pod, container, (map) => configMap(cluster, namespace, map));
        // A pod knows the database only through its variables.
        const given = Object.entries(place.environment).filter(([variable]) => !variable.startsWith("PG"));
        const declared = variablesOf(container).map(([variable, value]): [string, string] => [
            variable,
            placed(root, mounts, value),
        ]);
        const environment = { ...Object.fromEntries(given), ...Object.fromEntries(declared), HOME: root };
        return {
            command: texts(container.at("command"), container.at("args")),
            environment: place.names.complete ? environment : withAddress(environment),
            names: place.names,
            close,
        };
    } catch (error) {
        await close();
        throw error;
    }
}

/** libpq connects to an address, and checks the certificate against PGHOST. */
function withAddress(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const names = JSON.parse(environment["KEYLESS_NAMES"] ?? "{}") as Record<string, string>;
    const address = names[environment["PGHOST"] ?? ""];
    return { ...environment, ...(address === undefined ? {} : { PGHOSTADDR: address }) };
}

function variablesOf(container: Field): [string, string][] {
    return container
        .at("env")
        .items()
        .map((each): [string, string] => {
            const name = each.at("name").text() ?? "";
            if (each.at("valueFrom").isSet) {
                throw new UserError(`the variable ${name} has no literal value: the sandbox supports no other`);
            }
            return [name, each.at("value").text() ?? ""];
        });
}

/** Writes a container's volumes below `root`; returns their paths by mount path in the container. */
function mountVolumes(root: string, pod: Field, container: Field, dataOf: (name: string) => Field): string[] {
    const volumes = new Map(
        pod
            .at("volumes")
            .items()
            .map((volume) => [volume.at("name").text(), volume]),
    );
    return container
        .at("volumeMounts")
        .items()
        .map((mount) => {
            const [name, path] = [mount.at("name").text(), mount.at("mountPath").text() ?? ""];
            const volume = volumes.get(name);
            const dir = join(root, path);
            mkdirSync(dir, { recursive: true, mode: 0o700 });
            const map = volume?.at("configMap", "name").text();
            if (map !== undefined) {
                const data = dataOf(map);
                data.keys().forEach((key) =>
                    writeFileSync(join(dir, key), data.entry(key).text() ?? "", { mode: 0o444 }),
                );
            } else if (volume?.at("emptyDir").isSet !== true) {
                throw new UserError(
                    `the volume ${name} is neither a ConfigMap nor an emptyDir: the sandbox supports no other`,
                );
            }
            return path;
        });
}

function configMap(cluster: DeclaredJob["cluster"], namespace: string, name: string): Field {
    const object = new Store().get("kubernetes:core/v1:ConfigMap", `${cluster.key}/${namespace}/${name}`, cluster);
    if (object === undefined) {
        throw new UserError(`configmap "${name}" not found in ${namespace}: the pod would not start`);
    }
    return Field.root(object.state).at("data");
}

function placed(root: string, mounts: readonly string[], value: string): string {
    return mounts.some((path) => value === path || value.startsWith(`${path}/`)) ? join(root, value) : value;
}

function texts(...lists: readonly Field[]): string[] {
    return lists.flatMap((list) => list.items()).map((each) => each.text() ?? "");
}
