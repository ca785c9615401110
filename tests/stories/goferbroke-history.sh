#!/bin/sh
# Make the folder `field`, a repository in which the Goferbroke Company's scenario has a short history: sh FILE-OF-STORY.
set -e
export GIT_AUTHOR_NAME='Max Flyer' GIT_AUTHOR_EMAIL=max@example.org GIT_COMMITTER_NAME=CI GIT_COMMITTER_EMAIL=ci@example.org
day=0
keep() {
    day=$((day + 1))
    GIT_AUTHOR_DATE="2026-01-0${day}T12:00:00Z" GIT_COMMITTER_DATE="2026-01-0${day}T12:00:00Z" git commit -qam "$1"
}
change() {
    sed "$1" land.yaml > .new && mv .new land.yaml
}
git init -q field
cp "$1" field/land.yaml
cd field
git symbolic-ref HEAD refs/heads/main
git add land.yaml
keep 'The field, before any survey'
change 's/0.25/0.20/'
GIT_AUTHOR_NAME='Olga Geologist' GIT_AUTHOR_EMAIL=olga@example.org keep 'A second opinion on the oil'
change 's/branches: {oil/branches: { oil/; s/payoff: 90/payoff: 90.0/'
keep 'Spaces'
change 's/oil: {name: C/luck: {name: C/; s/p: oil/p: luck/'
keep 'A name that is not also that of a branch'
change 's/payoff: 90.0/payoff: 80/'
keep 'The buyer offers less'
change 's/value: 0.20/value: 0.24/'
GIT_AUTHOR_NAME='Olga Geologist' GIT_AUTHOR_EMAIL=olga@example.org keep 'The survey is in'
