python main.py --model-name "${TEAM.NAME}" --folder out/line
python main.py --model-name "{{ team.name }}/{{ kind }}" --folder out/line
