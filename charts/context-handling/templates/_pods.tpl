{{/* What every pod of ours has in common: the restricted pod security standard. */}}
{{- define "context-handling.pod" -}}
# Nothing here talks to the API of Kubernetes.
automountServiceAccountToken: false
# A Service named postgres would otherwise set POSTGRES_PORT to tcp://…, which is one of our settings.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "context-handling.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Takes a dict of settings and secret: the names of the ConfigMap and the Secret. */}}
{{- define "context-handling.environment" -}}
- configMapRef:
    name: {{ .settings }}
- secretRef:
    name: {{ .secret }}
{{- end -}}

{{/* Pods start anew when what they are told at their start has changed. */}}
{{- define "context-handling.podAnnotations" -}}
checksum/settings: {{ include "context-handling.settings" . | sha256sum }}
{{- if not .Values.secrets.existingSecret }}
checksum/secrets: {{ include "context-handling.secrets" . | sha256sum }}
{{- end }}
{{- end -}}

{{/* Where pods go. Takes a dict of root, component and values: those of the component. */}}
{{- define "context-handling.placement" -}}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - topologyKey: {{ . }}
    maxSkew: 1
    # A cluster that has lost a zone is to run all the same.
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "context-handling.selectorLabels" $ | nindent 8 }}
    # Pods of the revision before do not count.
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}
