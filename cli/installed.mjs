// Plain JavaScript without dependencies: it runs before they are installed.

/**
 * @typedef {{
 *     version?: string, optional?: boolean, link?: boolean, resolved?: string, workspaces?: string[],
 *     dependencies?: object, optionalDependencies?: object, peerDependencies?: object
 * }} Package a package in a lock file
 * @typedef {Record<string, Package>} Packages by their paths; the project itself has the path ""
 */

const SANDBOX = "sandbox";
/** A workspace that every installation has. */
const ALWAYS = "toolkit";

/**
 * Whether only what AWS needs is installed (`npm run install:aws`): the workspaces without the sandbox. Versions before 0.2.0
 * had neither, and were installed as a whole.
 *
 * @param {Packages} installed
 */
export function isForAws(installed) {
    return ALWAYS in installed && !(SANDBOX in installed);
}

/**
 * What `npm run install:aws` installs: what the project and its workspaces depend on, without the sandbox and without what
 * only development needs.
 *
 * @param {Packages} wanted
 * @returns {Packages}
 */
export function forAws(wanted) {
    const kept = new Set();
    const keep = (path) => {
        if (path === undefined || kept.has(path)) {
            return;
        }
        kept.add(path);
        const { link, resolved, dependencies, optionalDependencies, peerDependencies } = wanted[path] ?? {};
        const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
        [link ? resolved : undefined, ...names.map((name) => find(wanted, path, name))].forEach(keep);
    };
    const workspaces = (wanted[""]?.workspaces ?? []).filter((each) => each !== SANDBOX);
    const links = Object.keys(wanted).filter((path) => workspaces.includes(wanted[path]?.resolved ?? ""));
    ["", ...links].forEach(keep);
    return Object.fromEntries(Object.entries(wanted).filter(([path]) => kept.has(path)));
}

/**
 * The path of a dependency, as Node looks for it: in the node_modules of the dependant, else further up.
 *
 * @param {Packages} packages
 * @param {string} from
 * @param {string} name
 * @returns {string | undefined}
 */
function find(packages, from, name) {
    const path = from === "" ? `node_modules/${name}` : `${from}/node_modules/${name}`;
    if (path in packages) {
        return path;
    }
    const above = from.lastIndexOf("/node_modules/");
    return from === "" ? undefined : find(packages, above === -1 ? "" : from.slice(0, above), name);
}

/**
 * Whether all packages that this machine needs are installed in the wanted version. The project and its workspaces are no
 * such packages: files import each other by their paths.
 *
 * @param {Packages} wanted
 * @param {Packages} installed
 */
export function isSame(wanted, installed) {
    const missing = Object.entries(wanted).some(
        ([path, { version, optional }]) =>
            isPackage(wanted, path) && (path in installed ? installed[path]?.version !== version : !optional),
    );
    return !missing && Object.keys(installed).every((path) => path in wanted || !isPackage(installed, path));
}

/**
 * @param {Packages} packages
 * @param {string} path
 */
function isPackage(packages, path) {
    return path.includes("node_modules/") && !packages[path]?.link;
}
