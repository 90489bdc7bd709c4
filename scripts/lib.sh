# shellcheck shell=bash
# Helpers of the scripts in this folder. Each does nothing when its work is already done.
set -euo pipefail

PROJECT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
PG_LIB=/usr/lib/postgresql
PG_SHARE=/usr/share/postgresql
FANDOL="FandolFang-Regular FandolHei-Bold FandolHei-Regular FandolKai-Regular FandolSong-Bold FandolSong-Regular"
STEP=0

unset PYTHONDONTWRITEBYTECODE # every process would compile the whole program anew

say() { printf '%s\n' "$*" >&2; }

step() { # announce the next of $STEPS steps
    STEP=$((STEP + 1))
    say "[$STEP/$STEPS] $*"
}

die() { # say what to do, and stop
    say "失败 / failed: $*"
    exit 1
}

# --- system packages ---------------------------------------------------------------------------

python_is_fit() { # program name
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() { # print a Python 3.11 or newer that can make virtual environments
    local name
    for name in python3 python3.13 python3.12 python3.11; do
        if python_is_fit "$name"; then
            echo "$name"
            return
        fi
    done
    return 1
}

has_postgis() {
    local bin
    [[ -n ${ENFORCEMENT_DATABASE_URL:-} ]] && return
    for bin in "$PG_LIB"/*/bin/initdb; do
        [[ -e $PG_SHARE/$(cut -d/ -f5 <<<"$bin")/extension/postgis.control ]] && return
    done
    return 1
}

has_chromium() { [[ -x ${CHROMIUM:-/usr/bin/chromium} ]]; }

# the same without a window's parts: tests take it where there is one, for it costs less
has_headless() { [[ -n ${CHROMIUM:-} || -x /usr/bin/chromium-headless-shell ]]; }

candidate() { # package: print the version that apt would install, if any
    LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: //p' | grep -v none || true
}

python_package() { # the one that brings a fit Python and its venv module
    local version name
    version=$(candidate python3-venv)
    if [[ $version =~ ^3\.([0-9]+) && ${BASH_REMATCH[1]} -ge 11 ]]; then
        echo python3-venv
        return
    fi
    for name in python3.13-venv python3.12-venv python3.11-venv; do
        [[ -n $(candidate "$name") ]] && echo "$name" && return
    done
    die "这个系统没有 Python 3.11 以上 / this system offers no Python 3.11 or newer"
}

postgis_package() { # of the newest PostgreSQL that the distribution offers
    apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' |
        sed 's/ .*//' | sort -t- -k2 -n | tail -n 1
}

missing() { # "runtime" or "dev": print the packages that are missing, one a line
    local postgis
    find_python >/dev/null || python_package
    if ! has_postgis; then
        postgis=$(postgis_package)
        printf '%s\n' "${postgis%-postgis-3}" "${postgis:-postgresql-15-postgis-3}"
    fi
    [[ -e /usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc ]] || echo fonts-noto-cjk
    [[ -e /usr/share/zoneinfo/Asia/Shanghai ]] || echo tzdata
    if [[ $1 == dev ]]; then
        has_chromium || echo chromium
        has_headless || [[ -z $(candidate chromium-headless-shell) ]] || echo chromium-headless-shell
        command -v pdftotext >/dev/null || echo poppler-utils
        command -v ogrinfo >/dev/null || echo gdal-bin # a real client of the OGC API
        command -v softhsm2-util >/dev/null || echo softhsm2
        compgen -G '/usr/lib/*/libatomic.so.1' >/dev/null || echo libatomic1 # Playwright's node
    fi
}

may_be_root() { [[ $EUID -eq 0 ]] || sudo -n true 2>/dev/null; }

as_root() { if [[ $EUID -eq 0 ]]; then "$@"; else sudo -n "$@"; fi; }

refresh_lists() { # at most once a run
    [[ -n ${LISTS_ARE_FRESH:-} ]] && return
    LISTS_ARE_FRESH=1
    as_root apt-get update -qq -o DPkg::Lock::Timeout=120 >&2 ||
        say "  软件清单没有全部更新 / some package lists were not renewed"
}

system_packages() { # "runtime" or "dev"
    local names
    names=$(missing "$1" 2>/dev/null | xargs) || true
    [[ -z $names ]] && find_python >/dev/null && return
    command -v apt-get >/dev/null ||
        die "只会用 apt 安装；请自行安装 / only apt is known here; please install: $names"
    if may_be_root; then
        refresh_lists
    fi
    names=$(missing "$1" | xargs)
    refuse_snap "$names"
    local line="apt-get install -y --no-install-recommends $names"
    may_be_root || die "请管理员运行 / have an administrator run:  sudo apt-get update && sudo $line"
    say "  $names"
    apt_install "$names" || die "请看上面 apt 的提示 / see what apt says above, then run: $line"
}

refuse_snap() { # Ubuntu's package of that name only points to a snap
    [[ " $1 " == *" chromium "* ]] || return 0
    if [[ -z $(candidate chromium) ]] || apt-cache show chromium | grep -qi snap; then
        die "这里的 chromium 是 snap：请把 CHROMIUM 设为浏览器程序的路径" \
            "/ chromium is a snap here: set CHROMIUM to the path of a Chromium or Chrome program"
    fi
}

apt_install() { # names in one string; no database cluster is made or started by the packages
    local conf=/etc/postgresql-common/createcluster.d/enforcement.conf fresh='' status=0 log
    log=$(mktemp)
    dpkg-query -W -f='${Status}' postgresql-common 2>/dev/null | grep -q ' installed$' || fresh=1
    if [[ -n $fresh ]]; then
        as_root mkdir -p "${conf%/*}"
        echo 'create_main_cluster = false' | as_root tee "$conf" >/dev/null
    fi
    # shellcheck disable=SC2086 -- names are words
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 $1 >"$log" 2>&1 || status=$?
    [[ $status -eq 0 ]] || tail -n 20 "$log" >&2
    rm -f "$log"
    if [[ -n $fresh ]]; then
        as_root rm -f "$conf"
        as_root rmdir --ignore-fail-on-non-empty "${conf%/*}" "$(dirname "${conf%/*}")" 2>/dev/null || true
    fi
    return "$status"
}

# --- fonts -------------------------------------------------------------------------------------

has_fonts() { # folder
    local name
    for name in $FANDOL; do
        [[ -s $1/$name.otf ]] || return
    done
    [[ -s $1/COPYING ]]
}

fonts() { # folder: put the Fandol fonts there; the TeX package that holds them is not installed
    local package=texlive-lang-chinese temp status=0
    has_fonts "$1" && return
    if [[ -z $(candidate "$package") ]] && may_be_root; then refresh_lists; fi
    [[ -n $(candidate "$package") ]] || die "请管理员运行 / have an administrator run:  sudo apt-get update"
    mkdir -p "$1" 2>/dev/null && temp=$(mktemp -d "$1/.new.XXXXXX" 2>/dev/null) ||
        die "写不了 $1：请换用户或设 ENFORCEMENT_VAR / cannot write there: change user, or set it"
    take_fonts "$package" "$temp" "$1" || status=$?
    rm -rf "$temp"
    [[ $status -eq 0 ]] || die "字体没有取到，请检查网络后重试 / fonts could not be fetched; check the network, try again"
}

take_fonts() { # package, temporary folder, target folder
    local name user=()
    [[ $EUID -eq 0 ]] && user=(-o APT::Sandbox::User=root)
    (cd "$2" && apt-get download -qq "${user[@]}" "$1" >&2 && dpkg-deb -x ./"$1"*.deb tree) || return
    for name in $FANDOL; do
        mv -f "$2"/tree/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/"$name.otf" "$3"/ || return
    done
    name=$2/tree/usr/share/doc/texlive-doc/fonts/fandol
    gzip -dcf "$name"/README* >"$3"/README || return # names the font exception to the licence
    gzip -dcf "$name"/COPYING* >"$2"/COPYING || return
    mv -f "$2"/COPYING "$3"/COPYING
}

# --- virtual environment -----------------------------------------------------------------------

environment() { # lock file in scripts/: what it names is in .venv, and so is the project
    local python=$PROJECT/.venv/bin/python lock=$PROJECT/scripts/$1 want
    local stamp=$PROJECT/.venv/$1.stamp
    want=$(sha256sum <"$lock"; sha256sum <"$PROJECT/pyproject.toml"; echo "$PROJECT")
    if [[ $(cat "$stamp" 2>/dev/null) == "$want" ]] && "$python" -c 'import flask' 2>/dev/null; then
        return
    fi
    usable_environment || "$(find_python)" -m venv --clear "$PROJECT/.venv" ||
        die "没有建成 .venv：请删除它后重试 / .venv was not made: remove it and try again"
    say "  pip install -r scripts/$1"
    "$python" -m pip install -qq --disable-pip-version-check --no-input --no-deps \
        --require-hashes -r "$lock" >&2 ||
        die "请检查网络；可用 PIP_INDEX_URL 指定镜像" \
            "/ check the network; PIP_INDEX_URL may name a mirror"
    put_on_path "$python"
    printf '%s\n' "$want" >"$stamp"
}

usable_environment() { # made here, and by a Python that is still the same
    grep -qF "$PROJECT/.venv/bin/python" "$PROJECT/.venv/bin/pip" 2>/dev/null &&
        "$PROJECT/.venv/bin/python" -m pip --version >/dev/null 2>&1
}

put_on_path() { # the environment's Python: let it find the project, and make the command
    local packages command=$PROJECT/.venv/bin/enforcement
    packages=$("$1" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    printf '%s\n' "$PROJECT" >"$packages/enforcement.pth"
    cat >"$command.new" <<SCRIPT
#!/bin/sh
exec "$1" -P -c 'from enforcement.cli import main; main(prog_name="enforcement")' "\$@"
SCRIPT
    chmod +x "$command.new"
    mv -f "$command.new" "$command"
}
