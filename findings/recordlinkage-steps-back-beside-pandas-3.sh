#!/usr/bin/env bash
# recordlinkage 0.16 (pip 26): beside pandas 3 pip installs a version from years before, without a word.
#
# The newest recordlinkage says that it needs pandas below 3. In an environment that pins pandas 3 a good guess is an error that
# names the conflict. But earlier versions have no upper bound, so pip takes the newest of those: 0.14. The two have other
# defaults and other code; a benchmark that only pins pandas compares with an old program. Pin recordlinkage as well: then pip
# refuses and says why.
# Seen: pandas==3.1.1 recordlinkage → recordlinkage-0.14; pandas==3.1.1 recordlinkage==0.16 → ResolutionImpossible.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --upgrade "pip==26.*"
pip() { "$work/venv/bin/pip" install --dry-run --ignore-installed --only-binary :all: --disable-pip-version-check "$@" 2>&1; }

loose=$(pip pandas==3.1.1 recordlinkage | grep -o 'recordlinkage-[0-9.]*[0-9]' | tail -1)
pinned=$(pip pandas==3.1.1 recordlinkage==0.16 | grep -o 'ResolutionImpossible' | head -1 || true)
echo "$("$work/venv/bin/pip" --version | cut -d' ' -f1,2)"
echo "pandas==3.1.1 recordlinkage: $loose"
echo "pandas==3.1.1 recordlinkage==0.16: ${pinned:-installed}"
[ "$loose" = "recordlinkage-0.14" ] && [ "$pinned" = "ResolutionImpossible" ] && echo "as described above" && exit 0
echo "not as described above"
exit 1
