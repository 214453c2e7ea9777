{{- define "context-handling.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Short enough for what is appended to it, within the 63 characters of a label, and the 52 of a CronJob. */}}
{{- define "context-handling.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "context-handling.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "context-handling.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Takes a dict of root and component. */}}
{{- define "context-handling.selectorLabels" -}}
app.kubernetes.io/name: {{ include "context-handling.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* Takes a dict of root and component. */}}
{{- define "context-handling.labels" -}}
{{ include "context-handling.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Values.image.tag | default .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "context-handling.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "context-handling.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "context-handling.secretName" -}}
{{- default (include "context-handling.fullname" .) .Values.secrets.existingSecret -}}
{{- end -}}

{{/* Takes a dict of repository, tag and digest. */}}
{{- define "context-handling.image" -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository .tag -}}
{{- end -}}
{{- end -}}

{{- define "context-handling.serviceImage" -}}
{{- $tag := .Values.image.tag | default .Chart.AppVersion -}}
{{- include "context-handling.image" (dict "repository" .Values.image.repository "tag" $tag "digest" .Values.image.digest) -}}
{{- end -}}

{{- define "context-handling.backupImage" -}}
{{- $own := .Values.backup.image -}}
{{- $tag := $own.tag | default (printf "%s-backup" (.Values.image.tag | default .Chart.AppVersion)) -}}
{{- include "context-handling.image" (dict "repository" ($own.repository | default .Values.image.repository) "tag" $tag "digest" $own.digest) -}}
{{- end -}}
