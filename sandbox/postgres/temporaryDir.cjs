// Where folders are made that the account of the servers can reach. Not in TypeScript, because `npm test` needs it before that can run.
const { accessSync, constants } = require("node:fs");
const { tmpdir } = require("node:os");

/**
 * The first that is writable: /var/tmp keeps its content over a restart, /tmp may not. Both are short, as the paths of Unix sockets
 * must be, and open to every account, which a user's own temporary folder may not be.
 */
function temporaryDir() {
    return ["/var/tmp", "/tmp"].find(isWritable) ?? tmpdir();
}

/** @param {string} folder */
function isWritable(folder) {
    try {
        accessSync(folder, constants.W_OK);
        return true;
    } catch {
        return false;
    }
}

module.exports = { temporaryDir };
